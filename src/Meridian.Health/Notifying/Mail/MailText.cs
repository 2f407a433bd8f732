using System.Globalization;
using System.Text;
using Meridian.Engine.Model;
using Meridian.Health.Scheduling;

namespace Meridian.Health.Notifying.Mail;

/// <summary>Writes messages (RFC 5322), as they go over the wire after DATA.</summary>
internal static class MailText
{
    // RFC 5322 §2.1.1: what is longer must not be sent as it is.
    private const int MaxLineLength = 998;

    // RFC 2047 §2: an encoded word has up to 75 characters, 12 of which are its frame; 45 octets become 60.
    private const int MaxWordOctets = 45;

    /// <summary>The message with its end.</summary>
    internal static byte[] Write(NotifyModel target, EmailModel email, HealthEvent happened, int repeated, DateTimeOffset now)
    {
        string body = target.Template is { } template
            ? MessageTemplate.Render(template, happened, repeated, isJson: false)
            : $"{NotificationText.Sentence(happened, repeated)}\n\nWhen: {happened.At:u}\nWhat: {NotificationText.KindOf(happened)}\n"
                + $"Members: {string.Join(", ", happened.Members.IsDefaultOrEmpty ? [] : happened.Members)}\n";
        StringBuilder text = new();
        Field(text, "Date", now.ToString("ddd, dd MMM yyyy HH:mm:ss +0000", CultureInfo.InvariantCulture));
        Field(text, "From", $"<{email.From}>");
        Field(text, "To", string.Join(",\r\n ", email.To.Select(to => $"<{to}>")));
        Field(text, "Subject", Words($"[meridian] {happened.Incident} {NotificationText.PhraseOf(happened)}"));
        Field(text, "Message-ID", string.Create(
            CultureInfo.InvariantCulture,
            $"<{happened.At.UtcTicks:x}.{StableHash.Of($"{happened.Kind} {happened.Subject} {target.Name}"):x}@{email.From[(email.From.IndexOf('@', StringComparison.Ordinal) + 1)..]}>"));

        // RFC 3834 §5: an answer that nobody wrote must not answer this one. The beginning and the end of a trouble are one thread.
        Field(text, "Auto-Submitted", "auto-generated");
        Field(text, "Thread-Topic", Words(happened.Incident));
        Field(text, "MIME-Version", "1.0");
        Field(text, "Content-Type", "text/plain; charset=utf-8");
        string[] lines = body.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');
        bool isPlain = lines.All(line => line.Length <= MaxLineLength && IsPlain(line));
        Field(text, "Content-Transfer-Encoding", isPlain ? "7bit" : "base64");
        text.Append("\r\n");
        if (!isPlain)
        {
            string encoded = Convert.ToBase64String(Encoding.UTF8.GetBytes(string.Join("\r\n", lines)), Base64FormattingOptions.InsertLineBreaks);
            lines = encoded.Split("\r\n");
        }

        foreach (string line in lines)
        {
            // RFC 5321 §4.5.2: a line that begins with a full stop gets another one.
            text.Append(line.StartsWith('.') ? "." : "").Append(line).Append("\r\n");
        }

        return Encoding.ASCII.GetBytes(text.Append(".\r\n").ToString());
    }

    private static void Field(StringBuilder text, string name, string value) => text.Append(name).Append(": ").Append(value).Append("\r\n");

    private static bool IsPlain(string line) => line.All(c => c is >= ' ' and <= '~' or '\t');

    /// <summary>Text of a header field: as it is, or as encoded words (RFC 2047), each of whole characters.</summary>
    private static string Words(string value)
    {
        if (IsPlain(value) && value.Length <= MaxLineLength / 2)
        {
            return value;
        }

        StringBuilder words = new();
        List<byte> word = [];
        foreach (Rune rune in value.EnumerateRunes())
        {
            byte[] octets = Encoding.UTF8.GetBytes(rune.ToString());
            if (word.Count + octets.Length > MaxWordOctets)
            {
                Add(words, word);
            }

            word.AddRange(octets);
        }

        Add(words, word);
        return words.ToString();
    }

    private static void Add(StringBuilder words, List<byte> word)
    {
        words.Append(words.Length > 0 ? "\r\n " : "").Append("=?utf-8?B?").Append(Convert.ToBase64String([.. word])).Append("?=");
        word.Clear();
    }
}
