using System.Globalization;

namespace Meridian.Control.Configuration.Reading.Values;

/// <summary>A moment in time, with its offset from UTC.</summary>
internal sealed class InstantValue : ScalarReader<DateTimeOffset>
{
    private static readonly string[] Forms = ["yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    public override string Description => "a time with its offset (RFC 3339)";

    public override string Example => "2026-12-01T00:00Z";

    protected override bool TryParse(
        ReadContext context, string text, out DateTimeOffset value, out ReadProblem problem)
    {
        bool isTime = DateTimeOffset.TryParseExact(
            text,
            Forms,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out value);
        // K also matches nothing at all; a time without an offset would mean another moment on another machine.
        bool hasOffset = text.EndsWith('Z') || (text.Length > 6 && text[^3] == ':' && text[^6] is '+' or '-');
        problem = isTime && !hasOffset ? new ReadProblem($"'{text}' does not say where its clock stands", $"{text}Z") : default;
        return isTime && hasOffset;
    }
}
