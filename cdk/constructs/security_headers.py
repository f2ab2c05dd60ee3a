from cdk.platform_names import SECURITY_HEADERS


def security_headers() -> dict[str, str]:
    """Return the headers in the syntax of gateway responses, which encloses literals in single quotes."""
    return {name: f"'{value}'" for name, value in SECURITY_HEADERS.items()}
