namespace Meridian.Control.Configuration;

/// <summary>Whether a finding stops the configuration from being used.</summary>
public enum ConfigurationSeverity
{
    /// <summary>The configuration cannot be used.</summary>
    Error,

    /// <summary>It can be used, but probably does not do what its author meant.</summary>
    Warning,
}

/// <summary>One finding in a configuration, at its place in a file.</summary>
/// <param name="Severity">Whether it stops the configuration from being used.</param>
/// <param name="File">The document or zone file.</param>
/// <param name="Line">1 for the first line.</param>
/// <param name="Column">1 for the first character.</param>
/// <param name="Path">Where in the model, as keys from the top: <c>pools/web-eu/members/0/address</c>; empty for a whole document.</param>
/// <param name="Message">What is wrong and what was expected, without a full stop.</param>
/// <param name="Suggestion">The nearest valid spelling, when there is one.</param>
public sealed record ConfigurationError(
    ConfigurationSeverity Severity,
    string File,
    int Line,
    int Column,
    string Path,
    string Message,
    string? Suggestion)
{
    public SourcePosition Position => new(File, Line, Column);

    /// <summary>
    /// The form that editors and CI systems recognise: <c>file:line:column: error: message (did you mean 'x'?)</c>.
    /// </summary>
    public override string ToString()
    {
        string severity = Severity == ConfigurationSeverity.Error ? "error" : "warning";
        string suggestion = Suggestion is null ? "" : $" (did you mean '{Suggestion}'?)";
        return $"{File}:{Line}:{Column}: {severity}: {Message}{suggestion}";
    }
}
