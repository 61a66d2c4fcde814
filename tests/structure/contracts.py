"""A contract of our own for import-linter: the tables of a stop are its own business."""

import grimp
from importlinter import Contract, ContractCheck, fields, output


class OwnModelsContract(Contract):
    """`models` of an app are imported only inside that app; other apps ask its `queries`."""

    container = fields.StringField()

    def check(self, graph: grimp.ImportGraph, verbose: bool) -> ContractCheck:
        foreign = sorted(
            (importer, app)
            for app in graph.find_children(self.container)
            for models in (f"{app}.models",)
            if models in graph.modules
            for module in {models, *graph.find_descendants(models)}
            for importer in graph.find_modules_that_directly_import(module)
            if importer != app and not importer.startswith(f"{app}.")
        )
        return ContractCheck(kept=not foreign, metadata={"foreign": foreign})

    def render_broken_contract(self, check: ContractCheck) -> None:
        for importer, app in check.metadata["foreign"]:
            output.print_error(f"- {importer} imports the models of {app}; ask its queries instead")
        output.new_line()
