"""Other people's tools judge what a build made: each verdict is pass, fail, or not run with the reason."""
