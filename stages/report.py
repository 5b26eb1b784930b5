"""Tell the summary to people, as a table and figures."""

from pathlib import Path

from synthgap.floor import stage, tables
from synthgap.tell import figures as drawn
from synthgap.tell import markdown
from synthgap.tell import summary as told


def main(summary: Path, table: Path, figures: Path) -> None:
    """Write the page of Markdown `table` and the folder `figures`."""
    whole = told.read(summary)
    tables.write_plain(markdown.page(whole), table)
    drawn.save(drawn.draw_scores(whole), figures)


if __name__ == "__main__":
    stage.run(main)
