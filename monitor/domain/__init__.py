"""The words of the product: values, errors and ports. Imports nothing of ours."""
