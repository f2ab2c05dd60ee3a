"""CloudFormation stacks. `cdk.platform` has their order of deployment."""
