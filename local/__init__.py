"""The laptop cloud: runs what `cdk synth` wrote, with no AWS account and no Docker.

It knows the synthesised assembly and nothing of the code that is deployed: what runs here is what would be deployed.
"""
