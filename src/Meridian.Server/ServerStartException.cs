using System.Collections.Immutable;

namespace Meridian.Server;

/// <summary>The server cannot start; the message says what is wrong, where, and what to do about it.</summary>
public sealed class ServerStartException : Exception
{
    public ServerStartException(string message)
        : base(message)
    {
    }

    public ServerStartException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    public ServerStartException()
        : this("The DNS server cannot start.")
    {
    }

    internal static ServerStartException ForOptions(ImmutableArray<string> errors) =>
        new("The server options cannot be used: " + string.Join("; ", errors) + ".");
}
