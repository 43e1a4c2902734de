using System.CommandLine;
using Redoubt.Abi;

namespace Redoubt.Tool.Commands;

/// <summary>The system that a command is about, and what several commands may say of it.</summary>
public static class SystemArgument
{
    /// <summary>The argument <c>SYSTEM</c>.</summary>
    /// <param name="standard">What it is when it is not given; null if it must be given.</param>
    public static Argument<string> Create(string? standard = null)
    {
        Argument<string> argument = new("SYSTEM") { Description = "a name in systems/, or a path of a system description (TOML)" };
        if (standard is not null)
            argument.DefaultValueFactory = _ => standard;
        return argument;
    }

    /// <summary>The option <c>--cpus N</c>.</summary>
    public static Option<int?> Cpus()
    {
        Option<int?> cpus = new("--cpus") { HelpName = "N", Description = "number of the machine's CPUs, if other than the description says" };
        cpus.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() is < 1 or > Limits.Cpus)
                result.AddError($"--cpus: give a number from 1 to {Limits.Cpus}");
        });
        return cpus;
    }
}
