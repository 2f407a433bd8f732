using System.Collections.Immutable;
using Meridian.Control.Access;

namespace Meridian.Control.Route53.Operations;

/// <summary>One operation of the API: where it is, what it takes to be allowed, and what does it.</summary>
internal sealed record Route53Route
{
    /// <summary>The path's prefix: the version of the API.</summary>
    public const string Prefix = "/2013-04-01/";

    public required string Method { get; init; }

    /// <summary>Behind the prefix, with parameters in braces: <c>hostedzone/{Id}/rrset</c>.</summary>
    public required string Path { get; init; }

    /// <summary>The operation's name, as the service has it.</summary>
    public required string Operation { get; init; }

    /// <summary>What it takes; zones are looked at by the operation itself.</summary>
    public required Permission Permission { get; init; }

    /// <summary>Whether it changes anything that lasts: such requests are audited.</summary>
    public bool IsChange => Permission is not (Permission.Public or Permission.Read);

    public required Func<Route53Request, Task<Route53Reply>> Handler { get; init; }

    /// <summary>The parts of <see cref="Path"/>.</summary>
    public ImmutableArray<string> Segments { get; init; } = [];

    /// <summary>An operation that reads.</summary>
    public static Route53Route Read(string path, string operation, Func<Route53Request, Task<Route53Reply>> handler) =>
        Create("GET", path, operation, Permission.Read, handler);

    /// <summary>An operation that changes.</summary>
    public static Route53Route Write(string method, string path, string operation, Func<Route53Request, Task<Route53Reply>> handler) =>
        Create(method, path, operation, Permission.Write, handler);

    public static Route53Route Create(string method, string path, string operation, Permission permission, Func<Route53Request, Task<Route53Reply>> handler) => new()
    {
        Method = method,
        Path = path,
        Operation = operation,
        Permission = permission,
        Handler = handler,
        Segments = [.. path.Split('/')],
    };

    public static bool IsParameter(string segment) => segment[0] == '{';
}
