namespace Meridian.Conformance.Tests.Subjects;

/// <summary>The servers that the same cases run against.</summary>
public enum SubjectKind
{
    Meridian,
    Nsd,
    Knot,
    Bind,
}
