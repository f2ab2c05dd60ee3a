"""What the layer's packages bring that no function of ours can come to use, and why nothing misses it."""

from cdk.packages import Omission

AWS_SERVICES = ("s3", "secretsmanager")
"""The services that functions are clients of; a client of another one needs that one's data."""

LAYER_OMISSIONS = (
    Omission(
        folders=("botocore/data/*",),
        kept=AWS_SERVICES,
        why="Each folder describes one service. What holds for all of them lies beside the folders, and stays.",
    ),
    Omission(
        folders=("boto3/data", "boto3/examples"),
        why="What `boto3.resource` is made of, and text for boto3's manual. We use `boto3.client` alone.",
    ),
    Omission(
        folders=("dns", "dnspython-*.dist-info"),
        why="email-validator imports it to ask whether a domain takes mail, which we never ask, and psycopg for its "
        "helpers to find servers by SRV records, which it does not use by itself.",
    ),
    Omission(
        folders=("cffi", "pycparser", "pycparser-*.dist-info"),
        why="Makes bindings to C when a package is built. Those of argon2 have been: they load `_cffi_backend`, which "
        "comes with cffi, lies beside its folder, and stays.",
    ),
)
