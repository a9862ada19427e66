"""Speaks to AWS for the suite: one JSON request a line in, one JSON answer a line out.

The first argument names the client: boto3, or the AWS CLI, run inside this process.
"""

import datetime
import io
import json
import sys


def named(service):
    return {"servicequotas": "service-quotas"}.get(service, service)


def plain(value):
    if isinstance(value, dict):
        return {key: plain(part) for key, part in value.items() if key != "ResponseMetadata"}
    if isinstance(value, (list, tuple)):
        return [plain(part) for part in value]
    if isinstance(value, datetime.datetime):
        return value.isoformat()
    return value


class Boto3:
    def __init__(self):
        import boto3
        import botocore.config
        import botocore.exceptions
        from botocore import xform_name

        self.version = "boto3 " + boto3.__version__
        self.session = boto3.session.Session()
        self.config = botocore.config.Config(retries={"total_max_attempts": 1})
        self.ClientError = botocore.exceptions.ClientError
        self.errors = botocore.exceptions.BotoCoreError
        self.snake = xform_name
        self.clients = {}

    def client(self, asked):
        key = (asked["service"], asked["region"], asked["accessKey"], asked["endpoint"])
        if key not in self.clients:
            self.clients[key] = self.session.client(
                named(asked["service"]),
                region_name=asked["region"],
                endpoint_url=asked["endpoint"],
                aws_access_key_id=asked["accessKey"],
                aws_secret_access_key="any",
                config=self.config,
            )
        return self.clients[key]

    def knows(self, asked):
        model = self.client(asked).meta.service_model
        return asked["operation"] in model.operation_names

    def call(self, asked):
        client = self.client(asked)
        name = self.snake(asked["operation"])
        if asked.get("paginate"):
            pages = client.get_paginator(name).paginate(**asked["input"], PaginationConfig=asked["paginate"])
            return {"output": {"pages": [plain(page) for page in pages]}}
        if asked.get("waiter"):
            client.get_waiter(asked["waiter"]).wait(**asked["input"], WaiterConfig={"Delay": 0, "MaxAttempts": 90})
            return {"output": {}}
        answered = getattr(client, name)(**asked["input"])
        metadata = answered.get("ResponseMetadata", {})
        return {"output": plain(answered), "requestId": metadata.get("RequestId")}

    def ask(self, asked):
        if not self.knows(asked):
            return {"unknown": True}
        try:
            return self.call(asked)
        except self.ClientError as error:
            metadata = error.response.get("ResponseMetadata", {})
            return {
                "failure": {
                    "code": error.response["Error"]["Code"],
                    "message": error.response["Error"]["Message"],
                    "status": metadata.get("HTTPStatusCode"),
                    "requestId": metadata.get("RequestId"),
                }
            }
        except self.errors as error:
            return {"refused": type(error).__name__ + ": " + str(error)}


class Cli:
    def __init__(self):
        import awscli
        import awscli.clidriver
        from botocore import xform_name

        self.version = "aws-cli " + awscli.__version__
        self.driver = awscli.clidriver.create_clidriver()
        self.snake = xform_name

    def words(self, asked):
        if "words" in asked:
            return asked["words"]
        command = self.snake(asked["operation"], "-")
        return [named(asked["service"]), command, "--cli-input-json", json.dumps(asked["input"]), "--no-paginate"]

    def run(self, words):
        out, err = io.TextIOWrapper(io.BytesIO(), encoding="utf-8"), io.StringIO()
        kept = sys.stdout, sys.stderr
        sys.stdout, sys.stderr = out, err
        try:
            code = self.driver.main(words)
        except SystemExit as end:
            code = end.code
        finally:
            sys.stdout, sys.stderr = kept
        out.flush()
        return code, out.buffer.getvalue().decode("utf-8"), err.getvalue()

    def ask(self, asked):
        import os

        os.environ["AWS_ACCESS_KEY_ID"] = asked["accessKey"]
        os.environ["AWS_SECRET_ACCESS_KEY"] = "any"
        os.environ["AWS_MAX_ATTEMPTS"] = "1"
        where = ["--endpoint-url", asked["endpoint"], "--region", asked["region"], "--output", "json"]
        code, out, err = self.run(self.words(asked) + where)
        return {"output": json.loads(out) if out.strip() else {}, "code": code, "stderr": err.strip()}


def main():
    client = Cli() if sys.argv[1] == "cli" else Boto3()
    print(json.dumps({"version": client.version}), flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        try:
            answer = client.ask(asked)
        except Exception as error:
            answer = {"broken": type(error).__name__ + ": " + str(error)}
        print(json.dumps(answer), flush=True)


main()
