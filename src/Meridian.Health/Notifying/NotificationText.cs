using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Meridian.Engine.Model;

namespace Meridian.Health.Notifying;

/// <summary>What is posted, in each form.</summary>
internal static class NotificationText
{
    /// <summary>The header field with the signature: <c>t=UNIX-TIME,v1=HEX</c>.</summary>
    internal const string SignatureHeader = "Meridian-Signature";

    /// <summary>The body for one target.</summary>
    /// <param name="target">Whom.</param>
    /// <param name="happened">What.</param>
    /// <param name="repeated">How often the same happened since it was told last.</param>
    internal static byte[] Write(NotifyModel target, HealthEvent happened, int repeated) => target.Format switch
    {
        _ when target.Template is { } template => Encoding.UTF8.GetBytes(MessageTemplate.Render(template, happened, repeated, isJson: true)),
        NotifyFormat.Chat => JsonSerializer.SerializeToUtf8Bytes(new ChatMessage(Sentence(happened, repeated)), NotificationJson.Default.ChatMessage),
        NotifyFormat.Paging => JsonSerializer.SerializeToUtf8Bytes(Page(target, happened, repeated), NotificationJson.Default.PagingMessage),
        _ => JsonSerializer.SerializeToUtf8Bytes(
            new EventMessage(1, KindOf(happened), happened.Incident, happened.Subject, happened.At, happened.Cause, happened.Action, happened.Members, repeated),
            NotificationJson.Default.EventMessage),
    };

    /// <summary>HMAC-SHA256 over the time, a full stop and the body, so that what was recorded once cannot be sent again later.</summary>
    internal static string Sign(string secret, DateTimeOffset now, byte[] body)
    {
        string time = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        byte[] signed = [.. Encoding.UTF8.GetBytes(time + "."), .. body];
        return $"t={time},v1={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed))}";
    }

    internal static string Sentence(HealthEvent happened, int repeated)
    {
        string members = happened.Members.IsDefaultOrEmpty ? "" : $" [{string.Join(", ", happened.Members.Take(10))}{(happened.Members.Length > 10 ? ", …" : "")}]";
        string again = repeated > 0 ? string.Create(CultureInfo.InvariantCulture, $" (and {repeated} times before, not told)") : "";
        string action = happened.Action.Length > 0 ? $" {happened.Action}." : "";
        return $"{happened.Incident} {PhraseOf(happened)}: {happened.Cause}.{action}{members}{again}";
    }

    /// <summary>What became of the incident, such as <c>is down</c>.</summary>
    internal static string PhraseOf(HealthEvent happened) => happened.Kind switch
    {
        HealthEventKind.MemberUp => "is up",
        HealthEventKind.MemberDown => "is down",
        HealthEventKind.MemberWithheld => "is down and stays in answers",
        HealthEventKind.BreakerOpened => "is open: go on with 'meridian thaw' once somebody has looked",
        HealthEventKind.BreakerClosed => "is closed",
        HealthEventKind.VantageLost => "does not see",
        HealthEventKind.VantageSighted => "sees again",
        HealthEventKind.FailbackWaits => "waits for its failback",
        HealthEventKind.FailedBack => "has its clients back",
        HealthEventKind.PrewarmFailed => "was not made ready",
        HealthEventKind.NameUnresolved => "cannot be resolved",
        HealthEventKind.NameResolved => "is resolved again",
        _ => "see nothing: all verdicts stand",
    };

    internal static string SeverityOf(HealthEvent happened) =>
        happened.Kind is HealthEventKind.NobodySees or HealthEventKind.BreakerOpened ? "critical" : happened.IsEnd ? "info" : "error";

    internal static string KindOf(HealthEvent happened) => JsonNamingPolicy.KebabCaseLower.ConvertName(happened.Kind.ToString());

    private static PagingMessage Page(NotifyModel target, HealthEvent happened, int repeated) => new(
        target.RoutingKey ?? "",
        happened.IsEnd ? "resolve" : "trigger",
        $"meridian {happened.Incident}",
        new PagingPayload(
            Sentence(happened, repeated),
            happened.Subject,
            SeverityOf(happened),
            happened.At));
}

/// <summary>The documented form.</summary>
internal sealed record EventMessage(
    int Version,
    string Event,
    string Incident,
    string Subject,
    DateTimeOffset At,
    string Cause,
    string Action,
    ImmutableArray<string> Members,
    int Repeated);

internal sealed record ChatMessage(string Text);

internal sealed record PagingMessage(string RoutingKey, string EventAction, string DedupKey, PagingPayload Payload);

internal sealed record PagingPayload(string Summary, string Source, string Severity, DateTimeOffset Timestamp);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(EventMessage))]
[JsonSerializable(typeof(ChatMessage))]
[JsonSerializable(typeof(PagingMessage))]
internal sealed partial class NotificationJson : JsonSerializerContext;
