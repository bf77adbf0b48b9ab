"""``certmark status``: status list tokens, for those who publish them and for those who look at one."""

from __future__ import annotations

import typer

from certmark.cli.status import publish, show, verify

status = typer.Typer(
    name="status",
    rich_markup_mode=None,
    no_args_is_help=True,
    help="Status lists, for those who publish and use them.",
)
status.command("show")(show.show_token)
status.command("verify")(verify.verify_token)
status.command()(publish.publish)
status.command()(publish.aggregate)
