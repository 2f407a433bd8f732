using System.Collections.Immutable;

namespace Meridian.Control.Configuration.Reading;

/// <summary>Collects the findings of one load, up to a limit.</summary>
internal sealed class Diagnostics(int maxErrors)
{
    private readonly List<ConfigurationError> _errors = [];
    private readonly List<ConfigurationError> _warnings = [];
    private int _dropped;

    public bool HasErrors => _errors.Count > 0;

    /// <summary>Whether further errors are only counted: what explains them need not be worked out.</summary>
    public bool IsFull => _errors.Count >= maxErrors;

    public void Error(SourcePosition position, string path, string message, string? suggestion = null) =>
        Add(_errors, ConfigurationSeverity.Error, position, path, message, suggestion);

    public void Warning(SourcePosition position, string path, string message) =>
        Add(_warnings, ConfigurationSeverity.Warning, position, path, message, null);

    /// <summary>
    /// The errors by file (in the order of <paramref name="files"/>) and position, and a last one that counts those
    /// left out.
    /// </summary>
    public ImmutableArray<ConfigurationError> Errors(IReadOnlyList<string> files)
    {
        ImmutableArray<ConfigurationError> sorted = Sort(_errors, files);
        if (_dropped == 0)
        {
            return sorted;
        }
        ConfigurationError last = sorted[^1];
        return sorted.Add(last with { Path = "", Suggestion = null, Message = $"{_dropped} more errors are not shown; correct those above first" });
    }

    public ImmutableArray<ConfigurationError> Warnings(IReadOnlyList<string> files) => Sort(_warnings, files);

    private void Add(
        List<ConfigurationError> list,
        ConfigurationSeverity severity,
        SourcePosition position,
        string path,
        string message,
        string? suggestion)
    {
        if (list.Count < maxErrors)
        {
            list.Add(new ConfigurationError(
                severity, position.File, position.Line, position.Column, path, message, suggestion));
        }
        else if (severity == ConfigurationSeverity.Error)
        {
            _dropped++;
        }
    }

    private static ImmutableArray<ConfigurationError> Sort(List<ConfigurationError> list, IReadOnlyList<string> files)
    {
        Dictionary<string, int> order = new(StringComparer.Ordinal);
        foreach (string file in files)
        {
            order.TryAdd(file, order.Count);
        }
        // OrderBy is stable: findings at one position stay in the order in which they were made. An aliased value is read
        // once for each use, and is wrong once.
        return [.. list.Distinct()
            .OrderBy(error => order.GetValueOrDefault(error.File, int.MaxValue))
            .ThenBy(error => error.Line)
            .ThenBy(error => error.Column)];
    }
}
