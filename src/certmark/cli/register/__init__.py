"""``certmark register``: a body's register, from the first certificate to what ENISA publishes."""

from __future__ import annotations

import typer

from certmark.cli.register import audit, decisions, export, init, issuing, publishing, reading

register = typer.Typer(
    name="register",
    rich_markup_mode=None,
    no_args_is_help=True,
    help="The register of a certification body: issue, decide, publish, prove.",
)
register.command()(init.init)
register.command()(issuing.issue)
register.command("list")(reading.list_certificates)
register.command("show")(reading.show_certificate)
register.command()(decisions.suspend)
register.command()(decisions.reinstate)
register.command()(decisions.withdraw)
register.command()(issuing.replace)
register.command()(publishing.publish)
register.command()(audit.audit)
register.command()(export.export)
