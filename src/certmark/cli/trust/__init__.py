"""``certmark trust``: root and trusted lists, for those who keep them and for those who use them."""

from __future__ import annotations

import typer

from certmark.cli.trust import bodies, ceremony, diff, new, service_keys, show, store, union

trust = typer.Typer(
    name="trust",
    rich_markup_mode=None,
    no_args_is_help=True,
    help="Root and trusted lists, for those who keep and use them.",
)
trust.command()(new.new)
trust.command()(new.new_root)
trust.command()(new.new_union)
trust.command("show")(show.show_list)
trust.command()(diff.diff)
trust.command()(ceremony.draft)
trust.command()(ceremony.sign)
trust.command()(ceremony.merge)
trust.command()(ceremony.bundle)
trust.command()(ceremony.export)
trust.command()(bodies.set_authority)
trust.command()(bodies.add_body)
trust.command()(bodies.add_service)
trust.command("suspend")(bodies.suspend)
trust.command("withdraw")(bodies.withdraw)
trust.command("reinstate")(bodies.reinstate)
trust.command()(service_keys.add_key)
trust.command()(service_keys.add_certificate)
trust.command()(service_keys.end_key)
trust.command()(bodies.add_scope)
trust.command()(bodies.end_scope)
trust.command()(bodies.add_status_list)
trust.command()(union.point)
trust.command()(union.embed)
trust.command()(union.set_role)
trust.command()(union.close)
trust.command("import")(store.import_bundle)
trust.command()(store.refresh)
