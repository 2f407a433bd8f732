namespace Meridian.Conformance.Tests.Subjects;

/// <summary>Which servers to run against: <c>MERIDIAN_TEST_SUBJECT=meridian|nsd|knot|bind|all</c>, all by default.</summary>
internal static class SubjectSelection
{
    public const string Variable = "MERIDIAN_TEST_SUBJECT";

    public static IReadOnlyList<SubjectKind> Read() => Parse(Environment.GetEnvironmentVariable(Variable));

    public static IReadOnlyList<SubjectKind> Parse(string? text)
    {
        if (string.IsNullOrEmpty(text) || string.Equals(text, "all", StringComparison.OrdinalIgnoreCase))
        {
            return Enum.GetValues<SubjectKind>();
        }
        return Enum.TryParse(text, ignoreCase: true, out SubjectKind kind) && Enum.IsDefined(kind)
            ? [kind]
            : throw new InvalidOperationException($"{Variable}={text}: expected meridian, nsd, knot, bind or all");
    }
}
