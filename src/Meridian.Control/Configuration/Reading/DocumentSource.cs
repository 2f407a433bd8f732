using System.Collections.Immutable;
using System.Text;

namespace Meridian.Control.Configuration.Reading;

/// <summary>Reads the files of one load, remembers each of them, and says why one cannot be read.</summary>
internal sealed class DocumentSource(IConfigurationFiles files, ConfigurationLimits limits, Diagnostics diagnostics)
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly List<string> _order = [];
    private readonly Dictionary<string, ConfigurationDocument> _documents = new(StringComparer.Ordinal);

    /// <summary>Every file that was asked for, in the order in which that happened.</summary>
    public ImmutableArray<ConfigurationDocument> Documents => [.. _order.Select(path => _documents[path])];

    /// <summary>Whether a file was asked for and could not be read as text.</summary>
    public bool HasUnreadable { get; private set; }

    public bool DirectoryExists(string path) => files.DirectoryExists(path);

    public IReadOnlyList<string> ListDirectory(string path) => files.ListDirectory(path);

    /// <summary>The text of a file, or null with an error where it was named.</summary>
    /// <param name="path">The file.</param>
    /// <param name="namedAt">What names it; the file itself, line 1, for one that was given on the command line.</param>
    /// <param name="modelPath">Where in the model it is named.</param>
    public string? ReadText(string path, SourcePosition namedAt, string modelPath)
    {
        if (!_documents.ContainsKey(path) && _documents.Count >= limits.MaxFiles)
        {
            return Fail(namedAt, modelPath, $"there are more than {limits.MaxFiles} files");
        }
        FileReadStatus status = files.TryRead(path, limits.MaxFileLength, out byte[] content);
        if (_documents.TryAdd(path, new ConfigurationDocument(path, status == FileReadStatus.Read ? content : null)))
        {
            _order.Add(path);
        }
        return status switch
        {
            FileReadStatus.Missing => Fail(namedAt, modelPath, $"there is no file '{path}'"),
            FileReadStatus.TooLong => Fail(namedAt, modelPath, $"the file '{path}' is longer than {limits.MaxFileLength} octets"),
            FileReadStatus.Unreadable => Fail(namedAt, modelPath, $"the file '{path}' cannot be read: is it a directory, or are its permissions missing?"),
            _ => Decode(path, content),
        };
    }

    private string? Decode(string path, byte[] content)
    {
        try
        {
            string text = StrictUtf8.GetString(content);
            return text.StartsWith('\uFEFF') ? text[1..] : text;
        }
        catch (DecoderFallbackException e)
        {
            int offset = Math.Clamp(e.Index, 0, content.Length);
            ReadOnlySpan<byte> before = content.AsSpan(0, offset);
            int line = before.Count((byte)'\n') + 1;
            int column = offset - before.LastIndexOf((byte)'\n');
            return Fail(new SourcePosition(path, line, column), "", "this is not UTF-8 text");
        }
    }

    private string? Fail(SourcePosition position, string modelPath, string message)
    {
        HasUnreadable = true;
        diagnostics.Error(position, modelPath, message);
        return null;
    }
}
