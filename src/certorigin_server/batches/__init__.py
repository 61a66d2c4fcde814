"""Many consignments from one table: read, confirmed, decided and certified, each one by one."""
