"""The same rows by dlt's rest_api source: page by page, merged into Postgres by the same key."""

import json
import sys

import dlt
from dlt.sources.rest_api import rest_api_source

job = json.loads(sys.argv[1])
source = rest_api_source(
    {
        "client": {
            "base_url": job["baseUrl"] + "/",
            "paginator": {
                "type": "page_number",
                "base_page": 1,
                "page_param": "page",
                "total_path": "pages",
            },
        },
        "resources": [
            {
                "name": f"bench_sales_{number}",
                "table_name": "bench_sales",
                "primary_key": ["date.date", "location.public_id", "item.public_id"],
                "write_disposition": "merge",
                "endpoint": {
                    "path": "reporting/analyzer",
                    "params": {"start_date": day, "per_page": job["perPage"]},
                    "data_selector": "results",
                },
            }
            for number, day in enumerate(job["days"])
        ],
    }
)
pipeline = dlt.pipeline(
    pipeline_name="bench",
    pipelines_dir=job["folder"],
    destination=dlt.destinations.postgres(job["url"]),
    dataset_name=job["schema"],
)
print(pipeline.run(source))
