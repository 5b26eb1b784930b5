"""The questions for people: a page to print, and a CSV table to fill in."""

from collections.abc import Sequence

from jinja2 import Environment, StrictUndefined

from synthgap.judge.described import Described
from synthgap.judge.pairs import DEFINITION, Pair
from synthgap.measure.ranking.judgments import COLUMNS

_PAGE = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Which task is more objective?</title>
<style>
body { font: 11pt/1.4 Georgia, serif; max-width: 46em; margin: 2em auto; padding: 0 1em;
  overflow-wrap: anywhere; }
h3 { font-size: 1.1em; margin-bottom: 0; }
section { break-inside: avoid; }
ul { margin-top: 0; }
table { border-collapse: collapse; width: 100%; }
td, th { border: 1px solid #767676; padding: 0.3em 0.6em; text-align: left; }
tr { break-inside: avoid; }
thead { display: table-header-group; }
.questions { break-before: page; }
@page { margin: 18mm; }
</style>
</head>
<body>
<main>
<h1>Which task is more objective?</h1>
<p>Each task below asks people to give a text one of a few labels. {{ definition }}</p>
<p>Read about the tasks first. Then tick, for each pair, the task that you find
<strong>more objective</strong>. Decide for one of them even if they are close, follow your own
judgment, and do not go back to make your answers fit each other.</p>
<p>Judge: {{ judge }}</p>
<h2>The tasks</h2>
{% for task in tasks %}
<section>
<h3>{{ task.task }}</h3>
<ul>
{% for label in task.labels %}
<li><strong>{{ label.name }}</strong>: {{ label.description }}
{% if label.examples %}
<ul>
{% for example in label.examples %}
<li><q>{{ example }}</q></li>
{% endfor %}
</ul>
{% endif %}
</li>
{% endfor %}
</ul>
</section>
{% endfor %}
<h2 class="questions">The questions</h2>
<table>
<thead><tr><th scope="col">#</th><th scope="col">more objective is …</th>
<th scope="col">… or …</th></tr></thead>
<tbody>
{% for pair in pairs %}
<tr><td>{{ loop.index }}</td><td>☐ {{ pair.task_a }}</td><td>☐ {{ pair.task_b }}</td></tr>
{% endfor %}
</tbody>
</table>
<h2>For whoever types this in</h2>
<p>The table <code>{{ table }}</code> was written with this page. It has the columns
{% for column in columns %}<code>{{ column }}</code>{{ ", " if not loop.last }}{% endfor %}
and a row for each question, in the same order. Type the ticked task into the last column, spelt as
it is here; delete the rows of questions that were left open. Then move the table to
<code>data/judgments/</code> and run <code>dvc repro</code>. A judge whom
<code>rank_tasks.llm_judges</code> in <code>params.yaml</code> does not name counts as a person.</p>
</main>
</body>
</html>
"""

_ENVIRONMENT = Environment(
    autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)


def page(judge: str, described: Sequence[Described], pairs: Sequence[Pair]) -> str:
    """Return an HTML page to print: the tasks, a line for each pair, and how to type it in.

    The texts are escaped: nothing that stands in a dataset is taken for HTML.
    """
    template = _ENVIRONMENT.from_string(_PAGE)
    values = {"judge": judge, "tasks": described, "pairs": pairs, "table": f"{judge}.csv"}
    return template.render(definition=DEFINITION, columns=COLUMNS, **values) + "\n"


def rows(judge: str, pairs: Sequence[Pair]) -> list[tuple[str, str, str, str]]:
    """Return the rows of a JUDGMENTS table for the same pairs, the answers yet to be filled in."""
    return [(judge, *pair, "") for pair in pairs]
