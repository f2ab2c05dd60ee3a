from aws_cdk import aws_lambda as lambda_

from cdk.config import StageConfig

PYTHON_RUNTIME = lambda_.Runtime.PYTHON_3_13


def architecture(config: StageConfig) -> lambda_.Architecture:
    """Return the processor architecture of the stage's functions."""
    is_x86 = config.runtime.architecture == "x86_64"
    return lambda_.Architecture.X86_64 if is_x86 else lambda_.Architecture.ARM_64
