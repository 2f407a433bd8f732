using Meridian.Dns.Records;
using Microsoft.Extensions.Logging;

namespace Meridian.Control.Resolving;

/// <summary>What is logged of names outside. Event ids 4100 to 4119.</summary>
internal static partial class ResolvingLog
{
    [LoggerMessage(4100, LogLevel.Warning, "The name outside {Name} {Type} is in trouble: {Problem}; {Consequence}")]
    internal static partial void Unresolved(this ILogger logger, string name, RecordType type, string problem, string consequence);

    [LoggerMessage(4101, LogLevel.Information, "The name outside {Name} {Type} is resolved again: {Addresses}")]
    internal static partial void ResolvedAgain(this ILogger logger, string name, RecordType type, string addresses);

    [LoggerMessage(4102, LogLevel.Information, "The name outside {Name} {Type} changed from {Before} to {After}")]
    internal static partial void AddressesChanged(this ILogger logger, string name, RecordType type, string before, string after);

    [LoggerMessage(4103, LogLevel.Error, "Looking up {Name} failed for a reason that it should not have")]
    internal static partial void LookupFault(this ILogger logger, string name, Exception exception);

    // The highest id in use is 4103. New ones go on from 4104.
}
