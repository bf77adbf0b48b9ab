"""COSE_Sign1 and COSE_Sign (RFC 9052), without knowledge of what is signed.

``sign1`` and ``sign`` hold the messages, ``headers`` their header parameters, ``profile`` what is accepted beyond the
strict form, ``algorithms`` and ``keys`` the cryptography, ``signer`` the seam to HSMs and key services.
"""
