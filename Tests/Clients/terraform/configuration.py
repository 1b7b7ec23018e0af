"""A Terraform configuration, as far as the README's example goes: blocks with literals, variables, attributes of other
resources, and jsonencode."""
import json
import re

import hcl2
from hcl2.utils import SerializationOptions

PLAIN = SerializationOptions(with_comments=False, explicit_blocks=False)


class Configuration:
    def __init__(self, text, variables):
        self.blocks = hcl2.loads(text, serialization_options=PLAIN)
        self.variables = variables
        # The attributes of what was created, by its address.
        self.state = {}

    def provider(self, name):
        """The attributes of a provider's block."""
        [block] = [each[f'"{name}"'] for each in self.blocks["provider"]]
        return self.value(block)

    def apply(self, create):
        """Has every resource created in turn: `create` gets its type and its attributes, and returns those it has then."""
        for block in self.blocks["resource"]:
            [(kind, named)] = block.items()
            [(name, attributes)] = named.items()
            kind, name = json.loads(kind), json.loads(name)
            self.state[f"{kind}.{name}"] = create(kind, self.value(attributes))

    def value(self, expression):
        if isinstance(expression, dict):
            return {key: self.value(each) for key, each in expression.items()}
        if isinstance(expression, list):
            return [self.value(each) for each in expression]
        if not isinstance(expression, str):
            return expression
        if not expression.startswith("${"):
            return json.loads(expression)
        expression = expression[2:-1]
        if call := re.fullmatch(r"jsonencode\((.*)\)", expression, re.DOTALL):
            inner = hcl2.loads(f"argument = {call[1]}\n", serialization_options=PLAIN)["argument"]
            return json.dumps(self.value(inner))
        address, _, attribute = expression.rpartition(".")
        return self.variables[attribute] if address == "var" else self.state[address][attribute]
