using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Meridian.Control.Configuration.Reading;

/// <summary>Reads the files of one load, remembers each of them, and says why one cannot be read.</summary>
internal sealed class DocumentSource(IConfigurationFiles files, ConfigurationLimits limits, Diagnostics diagnostics)
{
    private const char ByteOrderMark = '\uFEFF';

    private static readonly UTF8Encoding StrictUtf8 = new(
        encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly List<string> _order = [];
    private readonly Dictionary<string, ConfigurationDocument> _documents = new(StringComparer.Ordinal);

    /// <summary>Every file that was asked for, in the order in which that happened.</summary>
    public ImmutableArray<ConfigurationDocument> Documents => [.. _order.Select(path => _documents[path])];

    public bool DirectoryExists(string path) => files.DirectoryExists(path);

    public IReadOnlyList<string> ListDirectory(string path) => files.ListDirectory(path);

    /// <summary>The text of a file, or null with an error where it was named.</summary>
    /// <param name="path">The file.</param>
    /// <param name="namedAt">What names it; the file itself, line 1, for one that was given on the command line.</param>
    /// <param name="modelPath">Where in the model it is named.</param>
    public string? ReadText(string path, SourcePosition namedAt, string modelPath)
    {
        if (TryReadText(path, out string? text, out string? error))
        {
            return text;
        }
        diagnostics.Error(namedAt, modelPath, error);
        return null;
    }

    /// <summary>The text of a file that is only looked at: it does not become one of the documents, nor of what is watched.</summary>
    public FileReadStatus TryPeek(string path, out string text)
    {
        FileReadStatus status = files.TryRead(path, limits.MaxFileLength, out byte[] content);
        text = status == FileReadStatus.Read ? Encoding.UTF8.GetString(content) : "";
        return status;
    }

    /// <summary>The text of a file, or why it cannot be had.</summary>
    public bool TryReadText(string path, [NotNullWhen(true)] out string? text, [NotNullWhen(false)] out string? error)
    {
        text = null;
        if (!_documents.ContainsKey(path) && _documents.Count >= limits.MaxFiles)
        {
            error = $"there are more than {limits.MaxFiles} files";
            return false;
        }
        FileReadStatus status = files.TryRead(path, limits.MaxFileLength, out byte[] content);
        if (_documents.TryAdd(path, new ConfigurationDocument(path, status == FileReadStatus.Read ? content : null)))
        {
            _order.Add(path);
        }
        error = status switch
        {
            FileReadStatus.Missing => $"there is no file '{path}'",
            FileReadStatus.TooLong => $"the file '{path}' is longer than {limits.MaxFileLength} octets",
            FileReadStatus.Unreadable => $"the file '{path}' cannot be read: is it a directory, or are its permissions missing?",
            _ => null,
        };
        return error is null && TryDecode(path, content, out text, out error);
    }

    private static bool TryDecode(
        string path, byte[] content, [NotNullWhen(true)] out string? text, [NotNullWhen(false)] out string? error)
    {
        error = null;
        try
        {
            text = StrictUtf8.GetString(content).TrimStart(ByteOrderMark);
            return true;
        }
        catch (DecoderFallbackException e)
        {
            int line = content.AsSpan(0, Math.Clamp(e.Index, 0, content.Length)).Count((byte)'\n') + 1;
            text = null;
            error = $"the file '{path}' is not UTF-8 text: see its line {line}";
            return false;
        }
    }
}
