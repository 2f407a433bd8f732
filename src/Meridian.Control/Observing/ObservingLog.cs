using Microsoft.Extensions.Logging;

namespace Meridian.Control.Observing;

// Event ids 3160 to 3179 are this folder's. Next free: 3170.
internal static partial class ObservingLog
{
    [LoggerMessage(3160, LogLevel.Warning, "The TTL of {Name} rose from {From} s to {To} s: what caches take now cannot be taken back for so long")]
    public static partial void TtlRose(this ILogger logger, string name, uint from, uint to);

    [LoggerMessage(3161, LogLevel.Warning, "Drill: {Site} fails for {Percent} % of the clients until {Until:u}, by {Author}")]
    public static partial void DrillBegan(this ILogger logger, string site, double percent, DateTimeOffset until, string author);

    [LoggerMessage(3162, LogLevel.Warning, "The drill of {Site} has ended: {Reason}")]
    public static partial void DrillEnded(this ILogger logger, string site, string reason);

    [LoggerMessage(3165, LogLevel.Information, "The game day {Name} has come: its drill begins")]
    public static partial void GameDayBegan(this ILogger logger, string name);

    [LoggerMessage(3166, LogLevel.Warning, "The game day {Name} is left out this time: {Reason}")]
    public static partial void GameDaySkipped(this ILogger logger, string name, string reason);

    [LoggerMessage(3167, LogLevel.Error, "What became of game days cannot be kept: {Reason}")]
    public static partial void GameDaysNotKept(this ILogger logger, string reason);

    [LoggerMessage(3168, LogLevel.Error, "A drill met a fault in the server, and is ended if it ran or waited")]
    public static partial void DrillFailed(this ILogger logger, Exception exception);

    [LoggerMessage(3169, LogLevel.Error, "Game days met a fault in the server; they are looked at again")]
    public static partial void GameDaysFailed(this ILogger logger, Exception exception);

    [LoggerMessage(3164, LogLevel.Error, "Which clients are sent to which members could not be worked out: the circuit breaker counts members")]
    public static partial void WeighingFailed(this ILogger logger, Exception exception);
}
