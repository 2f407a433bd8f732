using System.Globalization;
using System.Text;

namespace Meridian.StoreBench;

/// <summary>
/// Reads what <c>strace -f -y -xx</c> wrote. Calls come in the order in which they took effect: a write when it began, which
/// is the earliest it can have had one, a sync when it had ended, which is the latest.
/// </summary>
internal static class TraceReader
{
    /// <summary>What strace is asked for.</summary>
    public const string Calls = "openat,pwrite64,write,ftruncate,unlink,unlinkat,rename,renameat,renameat2,fsync,fdatasync";

    public static List<TracedCall> Read(string path)
    {
        List<TracedCall> calls = [];
        Dictionary<string, (string Text, int Position)> unfinished = [];
        foreach (string line in File.ReadLines(path))
        {
            int space = line.IndexOf(' ', StringComparison.Ordinal);
            string thread = line[..space];
            string call = line[space..].TrimStart();
            if (call.StartsWith("<... ", StringComparison.Ordinal) && unfinished.Remove(thread, out var begun))
            {
                string whole = begun.Text + call[(call.IndexOf("resumed>", StringComparison.Ordinal) + "resumed>".Length)..];
                if (Parse(whole) is { } resumed)
                {
                    if (resumed.IsSync || resumed.Result < 0)
                    {
                        calls.Add(resumed);
                    }
                    else
                    {
                        // Takes the place that was kept when it began.
                        calls[begun.Position] = resumed;
                    }
                }
                continue;
            }
            if (call.EndsWith("<unfinished ...>", StringComparison.Ordinal))
            {
                unfinished[thread] = (call[..^"<unfinished ...>".Length].TrimEnd(), calls.Count);
                calls.Add(new TracedCall("", "", [], 0, "", 0));
                continue;
            }
            if (Parse(call) is { } parsed)
            {
                calls.Add(parsed);
            }
        }
        // A call that had not returned when the trace ended keeps its empty place.
        return [.. calls.Where(call => call.Name.Length > 0 && call.Result >= 0)];
    }

    private static TracedCall? Parse(string call)
    {
        int open = call.IndexOf('(', StringComparison.Ordinal);
        // A call that was interrupted is padded before its result: ")          = 0".
        int equals = call.LastIndexOf(" = ", StringComparison.Ordinal);
        if (open < 0 || equals < 0)
        {
            return null;
        }
        string name = call[..open];
        string[] arguments = call[(open + 1)..equals].TrimEnd(' ', ')').Split(", ");
        string resultText = call[(equals + 3)..];
        int resultEnd = resultText.IndexOfAny([' ', '<']);
        if (!long.TryParse(resultEnd < 0 ? resultText : resultText[..resultEnd], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long result))
        {
            return null;
        }
        return name switch
        {
            "pwrite64" => new TracedCall(name, Descriptor(arguments[0]), Octets(arguments[1]), Number(arguments[3]), "", result),
            "write" => new TracedCall(name, Descriptor(arguments[0]), Octets(arguments[1]), 0, "", result),
            "fsync" or "fdatasync" => new TracedCall(name, Descriptor(arguments[0]), [], 0, "", result),
            "ftruncate" => new TracedCall(name, Descriptor(arguments[0]), [], Number(arguments[1]), "", result),
            "openat" => new TracedCall(name, Text(arguments[1]), [], 0, arguments[2], result),
            "unlink" => new TracedCall(name, Text(arguments[0]), [], 0, "", result),
            "unlinkat" => new TracedCall("unlink", Text(arguments[1]), [], 0, "", result),
            "rename" => new TracedCall(name, Text(arguments[0]), [], 0, "", result, Text(arguments[1])),
            "renameat" or "renameat2" => new TracedCall("rename", Text(arguments[1]), [], 0, "", result, Text(arguments[3])),
            _ => null,
        };
    }

    private static long Number(string argument) => long.Parse(argument, CultureInfo.InvariantCulture);

    /// <summary><c>4&lt;\x2f…&gt;</c></summary>
    private static string Descriptor(string argument)
    {
        int open = argument.IndexOf('<', StringComparison.Ordinal);
        return open < 0 ? argument : Encoding.UTF8.GetString(Decode(argument.AsSpan((open + 1)..argument.LastIndexOf('>'))));
    }

    private static string Text(string argument) => Encoding.UTF8.GetString(Octets(argument));

    private static byte[] Octets(string argument)
    {
        if (argument.EndsWith("...", StringComparison.Ordinal))
        {
            throw new InvalidDataException("strace cut off what was written: its -s is too small");
        }
        return Decode(argument.AsSpan().Trim('"'));
    }

    private static byte[] Decode(ReadOnlySpan<char> escaped)
    {
        byte[] octets = new byte[escaped.Length / 4];
        for (int i = 0; i < octets.Length; i++)
        {
            octets[i] = byte.Parse(escaped.Slice((i * 4) + 2, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        }
        return octets;
    }
}
