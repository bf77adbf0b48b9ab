"""``certmark register``: a body's register, from the first certificate to what ENISA publishes."""

from __future__ import annotations

import typer

from certmark.cli.register import (
    audit,
    batch,
    decisions,
    drafting,
    editions,
    export,
    init,
    issuing,
    lists,
    publishing,
    reading,
)

register = typer.Typer(
    name="register",
    rich_markup_mode=None,
    no_args_is_help=True,
    help="The register of a certification body: issue, decide, publish, prove.",
)
register.command()(init.init)
register.command()(drafting.draft)
register.command("drafts")(drafting.list_drafts)
register.command()(drafting.discard)
register.command()(issuing.issue)
register.command()(batch.issue_batch)
register.command("list")(reading.list_certificates)
register.command("show")(reading.show_certificate)
register.command()(decisions.suspend)
register.command()(decisions.extend)
register.command()(decisions.reinstate)
register.command()(decisions.withdraw)
register.command()(issuing.replace)
register.command()(decisions.confirm)
register.command()(editions.maintain)
register.command()(editions.label)
register.command()(lists.open_list)
register.command()(lists.close_list)
register.command()(publishing.publish)
register.command()(audit.audit)
register.command()(export.export)
register.command()(decisions.purge)
