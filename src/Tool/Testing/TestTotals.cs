namespace Redoubt.Tool.Testing;

/// <summary>How tests ended.</summary>
public readonly record struct TestTotals(int Passed, int Failed, int Skipped)
{
    /// <summary>Number of tests that ended.</summary>
    public int Total => Passed + Failed + Skipped;

    /// <summary>Both together.</summary>
    public static TestTotals operator +(TestTotals left, TestTotals right)
    {
        return new TestTotals(left.Passed + right.Passed, left.Failed + right.Failed, left.Skipped + right.Skipped);
    }
}
