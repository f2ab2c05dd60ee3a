"""The laptop cloud: runs the output of `cdk synth` without an AWS account and without Docker.

It reads only the synthesised assembly, never the project's source: what runs here is what would be deployed.
"""
