using System.Text.Json;

namespace Redoubt.Tool.Testing;

/// <summary>Reads what a test program reports, one message a line, in JSON (the json reporter of xunit.v3).</summary>
/// <param name="name">The program's name.</param>
/// <param name="tell">Told of each test that failed or was skipped, and why.</param>
/// <param name="running">Told which test runs, and the totals so far.</param>
public sealed class TestReport(string name, Action<string> tell, Action<string, TestTotals> running)
{
    /// <summary>How the report of a failure begins.</summary>
    public const string Failed = "FAILED ";

    private readonly Dictionary<string, string> _names = [];

    /// <summary>Whether the program came to its end.</summary>
    public bool Complete { get; private set; }

    /// <summary>The totals so far.</summary>
    public TestTotals Totals { get; private set; }

    /// <summary>Takes a line; what is no message is left out.</summary>
    public void Read(string line)
    {
        if (line.IndexOf('{', StringComparison.Ordinal) is not (>= 0 and int start))
            return;
        JsonElement message;
        try
        {
            message = JsonDocument.Parse(line[start..]).RootElement;
        }
        catch (JsonException)
        {
            // Something that a test printed.
            return;
        }

        if (message.ValueKind == JsonValueKind.Object && message.TryGetProperty("$type", out JsonElement type))
            Read(type.GetString()!, message);
    }

    private void Read(string type, JsonElement message)
    {
        switch (type)
        {
            case "test-starting":
                _names[Text(message, "TestUniqueID")] = Text(message, "TestDisplayName");
                running(Text(message, "TestDisplayName"), Totals);
                break;
            case "test-passed":
                Totals += new TestTotals(1, 0, 0);
                break;
            case "test-skipped":
                Totals += new TestTotals(0, 0, 1);
                tell($"SKIPPED {NameOf(message)}: {Text(message, "Reason")}");
                break;
            case "test-failed":
                Totals += new TestTotals(0, 1, 0);
                tell($"{Failed}{NameOf(message)}\n{Reasons(message)}");
                break;
            case "error-message" or "test-assembly-cleanup-failure" or "test-class-cleanup-failure" or "test-collection-cleanup-failure" or "test-cleanup-failure":
                Totals += new TestTotals(0, 1, 0);
                tell($"{Failed}{name}: {type}\n{Reasons(message)}");
                break;
            case "test-assembly-finished":
                Complete = true;
                break;
        }
    }

    private string NameOf(JsonElement message)
    {
        return _names.GetValueOrDefault(Text(message, "TestUniqueID"), "(a test)");
    }

    private static string Reasons(JsonElement message)
    {
        IEnumerable<string> reasons = Texts(message, "Messages").Concat(Texts(message, "StackTraces")).Append(Text(message, "Output"));
        return string.Join("\n", reasons.Where(text => text.Length > 0).SelectMany(text => text.TrimEnd().Split('\n')).Select(line => "    " + line));
    }

    private static string Text(JsonElement message, string property)
    {
        return message.TryGetProperty(property, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
    }

    private static IEnumerable<string> Texts(JsonElement message, string property)
    {
        return message.TryGetProperty(property, out JsonElement value) && value.ValueKind == JsonValueKind.Array
            ? value.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!)
            : [];
    }
}
