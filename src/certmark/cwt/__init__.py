"""CBOR Web Tokens (RFC 8392): a set of claims inside COSE, without knowledge of the private claims.

``numericdate`` holds time, ``registered`` the claims that every artefact has, ``typ`` the names of the artefacts,
``token`` puts claims into COSE and takes them out.
"""
