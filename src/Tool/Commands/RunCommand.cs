using System.CommandLine;
using System.Globalization;
using System.Text.RegularExpressions;
using Redoubt.Tool.Builds;
using Redoubt.Tool.Machines;

namespace Redoubt.Tool.Commands;

/// <summary><c>redoubt run</c>: builds and boots a system, its consoles on the terminal.</summary>
public static class RunCommand
{
    private const string DefaultSystem = "phone";

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        Argument<string> system = SystemArgument.Create(DefaultSystem);
        Option<bool> headless = new("--headless") { Description = "type nothing and open no window: only show what the consoles say" };
        Option<string?> until = new("--until") { HelpName = "TEXT", Description = "stop with status 0 when TEXT appears on a console; status 1 if it does not" };
        Option<double?> timeout = new("--timeout") { HelpName = "SECONDS", Description = "stop with status 1 after SECONDS" };
        Option<string> cpu = new("--cpu") { HelpName = "MODEL", Description = "CPU model", DefaultValueFactory = _ => "cortex-a72" };
        cpu.AcceptOnlyFromAmong("cortex-a72", "cortex-a53", "cortex-a57", "cortex-a76", "neoverse-n1", "max");
        Option<int?> cpus = SystemArgument.Cpus();
        Option<int?> memory = new("--memory") { HelpName = "MIB", Description = "memory of the machine, if it is to be more than the system needs" };
        Option<string?> disk = new("--disk") { HelpName = "FILE", Description = "raw file that is the disk of a system with PCI Express and keeps what is written; made of the system's own disk if it isn't there" };
        Option<string?> screenshot = new("--screenshot") { HelpName = "FILE", Description = "write what the display shows when the run stops to FILE, a PNG" };
        timeout.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double?>() is <= 0)
                result.AddError("--timeout: give a number of seconds above 0");
        });
        Command command = new("run", "Build a system and boot it in QEMU, consoles on the terminal") { system, headless, until, timeout, cpu, cpus, memory, disk, screenshot };
        command.SetAction(result => Run(
            Prepare(result.GetValue(system)!, result.GetValue(cpus), result.GetValue(cpu)!, result.GetValue(memory), result.GetValue(disk)),
            result.GetValue(headless),
            result.GetValue(until),
            result.GetValue(timeout) is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            result.GetValue(screenshot)));
        return command;
    }

    private sealed record Prepared(QemuMachine Machine, PhoneBank? Bank);

    private static Prepared Prepare(string system, int? cpus, string cpu, int? memory, string? disk)
    {
        return Progress.Show($"building {system}", note =>
        {
            BuiltSystem built = BuiltSystem.Build(system, cpus, note);
            if (memory < built.Memory)
                throw new UserError($"--memory {memory}: the system needs {built.Memory} MiB");
            QemuMachine machine = disk is null ? built.MachineWithDisk() : built.Machine with { Disk = KeptDisk(built, disk) };
            machine = machine with { Cpu = cpu, Memory = memory ?? built.Memory };
            PhoneBank? bank = PhoneBank.Start(built, BankProcess.StandardFolder, note);
            return new Prepared(bank?.Serve(machine) ?? machine, bank);
        });
    }

    private static string KeptDisk(BuiltSystem built, string disk)
    {
        if (!built.Machine.Smmu)
            throw new UserError($"--disk {disk}: no partition of {built.Description.Name} has PCI Express");
        if (!File.Exists(disk))
        {
            string pristine = built.PristineDisk() ?? throw new UserError($"--disk {disk}: there is no such file");
            Files.Write(disk, temporary => Files.CopyWithHoles(pristine, temporary));
        }

        return disk;
    }

    private static int Run(Prepared prepared, bool headless, string? until, TimeSpan? timeout, string? screenshot)
    {
        using PhoneBank? bank = prepared.Bank;
        QemuMachine machine = prepared.Machine;
        if (screenshot is not null && machine.Display is null)
            throw new UserError($"--screenshot {screenshot}: the system has no display");
        using MachineControl? control = machine.Display is null ? null : new MachineControl();
        machine = machine with { Control = control?.Socket, View = control is null || headless ? DisplayView.None : DisplayView.Choose() };
        bool interactive = !headless && Terminal.IsInteractive;
        if (interactive)
        {
            Console.Out.Write("\e[2mCtrl-] opens the console's menu: a digit chooses a partition, ? is help, q turns the machine off\e[0m\r\n");
            if (machine is { Disk: not null, DiskWrites: DiskWrites.Discard })
                Console.Out.Write("\e[2mWhat is written to the disk is gone when the machine is off; --disk FILE keeps it\e[0m\r\n");
        }

        foreach (string line in bank?.Notices ?? [])
            Console.Out.Write($"\e[2m{line}\e[0m\r\n");
        Console.Out.Flush();
        using IDisposable? raw = interactive ? Terminal.Raw() : null;
        using Stream output = Console.OpenStandardOutput();
        using RunningMachine running = RunningMachine.Start(machine, bytes =>
        {
            output.Write(bytes);
            output.Flush();
        });
        if (control is not null && DisplayView.Tell(machine.View, control) is { } notice)
            Console.Error.Write($"\e[2m{notice}\e[0m\r\n");
        if (!headless)
            Terminal.Relay(running.Type);
        int status = until is null ? UntilOff(running, timeout) : UntilText(running, until, timeout);
        if (screenshot is not null && control is not null && running.WaitForExit(TimeSpan.Zero) is null)
            control.Screenshot(screenshot);
        return status;
    }

    private static int UntilOff(RunningMachine running, TimeSpan? timeout)
    {
        if (running.WaitForExit(timeout) is not { } status)
            return Fail(string.Create(CultureInfo.InvariantCulture, $"the machine still runs after {timeout!.Value.TotalSeconds} s"));
        return status == 0 ? 0 : Fail($"QEMU ended with status {status}: {running.Errors}");
    }

    private static int UntilText(RunningMachine running, string text, TimeSpan? timeout)
    {
        if (running.Console.Wait(new Regex(Regex.Escape(text)), 0, timeout) is not null)
            return 0;
        // A machine that ended closed its consoles a moment before.
        return running.WaitForExit(TimeSpan.FromSeconds(1)) is { } status
            ? Fail($"the machine ended (QEMU's status {status}) before \"{text}\" appeared. {running.Errors}")
            : Fail(string.Create(CultureInfo.InvariantCulture, $"\"{text}\" did not appear within {timeout?.TotalSeconds} s"));
    }

    private static int Fail(string message)
    {
        Console.Error.Write($"\r\n{message.TrimEnd()}\r\n");
        return 1;
    }
}
