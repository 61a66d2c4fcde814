"""Finding the code of goods in a nomenclature, by the words that people use for them."""
