from clientkit import sdk

sdk.drive()
