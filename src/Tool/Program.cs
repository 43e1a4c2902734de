using System.CommandLine;
using Redoubt.Tool;
using Redoubt.Tool.Commands;

Interruption.Listen();
RootCommand root = new("Redoubt splits one Arm machine into partitions that cannot touch each other.")
{
    RunCommand.Create(),
    TestCommand.Create(),
    ImageCommand.Create(),
    InspectCommand.Create(),
    CheckCommand.Create(),
    ProveCommand.Create(),
    SizeCommand.Create(),
    BenchCommand.Create(),
    BankCommand.Create(),
};

try
{
    // Commands see exceptions and signals themselves.
    InvocationConfiguration configuration = new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
    return root.Parse(args).Invoke(configuration);
}
catch (Redoubt.Image.UserError error)
{
    Console.Error.WriteLine(error);
    return 2;
}
catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
{
    Console.Error.WriteLine(failure.Message);
    return 2;
}
