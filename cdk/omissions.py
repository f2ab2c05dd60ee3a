"""Files of the layers' packages that no function can use, and why it is safe to leave them out."""

from cdk.packages import Omission, SharedLibrary

AWS_SERVICES = ("lambda", "s3", "scheduler", "secretsmanager", "sesv2")
"""AWS services that functions call. A client of another service needs that service's data too."""

COMMON_OMISSIONS = (
    Omission(
        folders=("botocore/data/*",),
        kept=AWS_SERVICES,
        why="Each folder describes one service. The files for all services are outside the folders, and stay.",
    ),
    Omission(
        folders=("boto3/data", "boto3/examples"),
        why="Data of `boto3.resource`, and text for boto3's manual. The functions use only `boto3.client`.",
    ),
    Omission(
        folders=("dns", "dnspython-*.dist-info"),
        why="email-validator imports it only to check whether a domain accepts mail, which the functions never do. "
        "psycopg imports it only in its helpers for SRV records, which it does not call by itself.",
    ),
    Omission(
        folders=tuple(
            f"aws_lambda_powertools/utilities/{each}"
            for each in (
                *("auth_alpha", "batch", "circuit_breaker", "data_classes", "data_masking", "feature_flags"),
                *("idempotency", "kafka", "metadata", "parameters", "parser", "streaming", "validation"),
            )
        ),
        why="Utilities of Powertools that the functions do not use: of Powertools, they import the logger and the "
        "metrics. These import jmespath_utils and typing only, which stay.",
    ),
    Omission(
        folders=tuple(
            f"aws_lambda_powertools/event_handler/{each}"
            for each in ("events_appsync", "graphql_appsync", "middlewares")
        ),
        files=tuple(
            f"aws_lambda_powertools/event_handler/{each}*.py" for each in ("", "openapi/", "openapi/swagger_ui/")
        ),
        why="Routers of Powertools and what describes their routes. `pickvs.http` routes by itself. The script and the "
        "style sheet of Swagger UI are files beside them, and stay for the page of the API's documentation.",
    ),
    Omission(
        folders=("cffi", "pycparser", "pycparser-*.dist-info"),
        why="They generate C bindings when a package is built. The bindings of argon2 are built already. They load "
        "`_cffi_backend`, which comes with cffi but is outside its folder, and stays.",
    ),
)

NUMERIC_OMISSIONS = (
    Omission(
        folders=("numpy/**/tests",),
        why="numpy's own tests and their data. No other module of numpy imports them.",
    ),
    Omission(
        folders=("numpy/_core/include", "numpy/_core/lib", "numpy/random/lib", "numpy/random/_examples"),
        why="C headers, static libraries and examples for building extensions. Our extensions are built already. "
        "`numpy.f2py` is for building too, but stays: scipy executes `from numpy import *`, which imports it.",
    ),
    Omission(
        files=("numpy/**/*.pyi", "numpy/**/*.pxd", "highspy/**/*.pyi"),
        why="Types for type checkers and declarations for Cython. Python never reads them.",
    ),
)

TRAINING_OMISSIONS = (
    Omission(
        folders=("scipy/**/tests",),
        why="scipy's own tests and their data. Only scipy.special._precompute imports one. It has the scripts that "
        "generate scipy's tables, and no module imports it.",
    ),
    Omission(
        folders=tuple(
            f"scipy/{each}"
            for each in ("cluster", "datasets", "differentiate", "fftpack", "io", "misc", "odr", "signal")
        ),
        why="Parts of scipy that are not imported by LightGBM, which needs only scipy.sparse, nor by scipy's stats, "
        "optimize, special and linalg. These four stay, with everything that they import.",
    ),
    Omission(
        folders=(
            *("sklearn", "scikit_learn.libs", "joblib", "cloudpickle"),
            *("joblib-*.dist-info", "cloudpickle-*.dist-info", "threadpoolctl-*.dist-info"),
        ),
        files=("threadpoolctl.py",),
        why="scikit-learn and packages that only it needs. It is installed for the library that TRAINING_LIBRARIES "
        "moves. Its dist-info stays, with that library's licence. Only LightGBM's scikit-learn classes and the "
        "stratified folds of its `cv` need it.",
    ),
)

TRAINING_LIBRARIES = (
    SharedLibrary(
        found_at="scikit_learn.libs/libgomp-*.so.*",
        name="libgomp.so.1",
        why="LightGBM's wheels link to the OpenMP library without including it, and Lambda does not guarantee it.",
    ),
)
