module grantd/clients/go

// The language of the sources; the standard library of Go 1.19 or newer is needed.
go 1.16

require (
	google.golang.org/genproto v0.0.0-20200526211855-cb27e3aa2013
	google.golang.org/grpc v1.33.3
	google.golang.org/protobuf v1.28.1
)
