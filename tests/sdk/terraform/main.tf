# What people write for CloudTrail: trails of both kinds of selectors, and an event data store.
terraform {
  required_providers { aws = { source = "hashicorp/aws" } }
}
variable "url" {}
variable "retention" { default = 30 }
variable "logging" { default = true }
variable "trail_tag" { default = "one" }
provider "aws" {
  region                      = "us-east-1"
  access_key                  = "123456789012"
  secret_key                  = "x"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
  skip_region_validation      = true
  endpoints { cloudtrail = var.url }
}
resource "aws_cloudtrail" "audit" {
  name                          = "audit"
  s3_bucket_name                = "my-bucket"
  include_global_service_events = true
  is_multi_region_trail         = true
  enable_log_file_validation    = true
  enable_logging                = var.logging
  tags                          = { team = var.trail_tag }
  event_selector {
    read_write_type           = "All"
    include_management_events = true
    data_resource {
      type   = "AWS::S3::Object"
      values = ["arn:aws:s3"]
    }
  }
  insight_selector { insight_type = "ApiCallRateInsight" }
}
resource "aws_cloudtrail" "advanced" {
  name           = "advanced"
  s3_bucket_name = "my-bucket"
  advanced_event_selector {
    name = "writes"
    field_selector {
      field  = "eventCategory"
      equals = ["Management"]
    }
    field_selector {
      field  = "readOnly"
      equals = ["false"]
    }
  }
}
resource "aws_cloudtrail_event_data_store" "lake" {
  name                           = "lake"
  retention_period               = var.retention
  termination_protection_enabled = false
  tags                           = { team = "red" }
  advanced_event_selector {
    name = "data"
    field_selector {
      field  = "eventCategory"
      equals = ["Data"]
    }
    field_selector {
      field  = "resources.type"
      equals = ["AWS::DynamoDB::Table"]
    }
  }
}
