"""Entry point of the `cdk` command: writes the CloudFormation templates of one stage. Makes no calls to AWS."""

import sys
from pathlib import Path

import aws_cdk

from cdk.config import stage_config
from cdk.errors import DeploymentError
from cdk.packages import make_readable
from cdk.platform import add_stacks
from cdk.tags import tag_everything

ROOT = Path(__file__).resolve().parent


def build(app: aws_cdk.App, root: Path = ROOT) -> aws_cdk.App:
    """Add the stacks of the stage and database mode in the context of `app`. `root` is the project folder."""
    config = stage_config(app.node.try_get_context("stage"), database=app.node.try_get_context("database"))
    add_stacks(app, config=config, root=root)
    return tag_everything(app, config)


if __name__ == "__main__":
    try:
        for asset in Path(build(aws_cdk.App()).synth().directory).glob("asset.*"):
            make_readable(asset)
    except DeploymentError as error:
        sys.exit(f"pickvs: {error}")
