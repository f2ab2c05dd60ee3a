"""Makes the files of a new endpoint: `make endpoint WING=picks NAME=list_likes METHOD=GET PATH=/picks/likes`."""
