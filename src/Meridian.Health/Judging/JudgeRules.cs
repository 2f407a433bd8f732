namespace Meridian.Health.Judging;

/// <summary>How many results in a row it takes.</summary>
/// <param name="Rise">Successes that bring a member up; 1 to 100.</param>
/// <param name="Fall">Failures that take it down; 1 to 100.</param>
public readonly record struct JudgeRules(int Rise, int Fall);
