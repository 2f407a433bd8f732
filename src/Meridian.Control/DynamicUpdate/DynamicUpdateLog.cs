using Meridian.Dns.Names;
using Microsoft.Extensions.Logging;

namespace Meridian.Control.DynamicUpdate;

/// <summary>The log lines of dynamic updates: event ids 4700 to 4799. Only who holds a key can cause them; what is done, the change service tells.</summary>
internal static partial class DynamicUpdateLog
{
    [LoggerMessage(4700, LogLevel.Warning, "Update of {Zone} by key {Key} answered with {Rcode}: {Reason}")]
    internal static partial void NotUpdated(this ILogger logger, DomainName zone, string key, string rcode, string reason);

    [LoggerMessage(4701, LogLevel.Error, "An update failed because of a bug; others go on")]
    internal static partial void Fault(this ILogger logger, Exception fault);

    [LoggerMessage(4702, LogLevel.Error, "An update cannot be read or written: {Reason}")]
    internal static partial void StoreFailed(this ILogger logger, string reason);

    [LoggerMessage(4703, LogLevel.Information, "Zone {Zone} transferred to the holder of key {Key} in {Messages} messages")]
    internal static partial void Transferred(this ILogger logger, DomainName zone, string key, int messages);

    [LoggerMessage(4704, LogLevel.Information, "The holder of key {Key} left the transfer of zone {Zone} after {Messages} messages")]
    internal static partial void TransferEnded(this ILogger logger, DomainName zone, string key, int messages);

    // The highest id in use is 4704. New ones go on from 4705.
}
