//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

private import CProcessArguments

/// What the process was started with, as the system handed it over.
///
/// `CommandLine.arguments` reads `/proc/self/cmdline`, and is empty where `/proc` is not mounted: the program would do what it
/// does without any argument.
package enum ProcessArguments {
    /// The arguments behind the program's own name.
    package static var all: [String] {
        (0..<process_argument_count()).dropFirst().compactMap { process_argument($0).map { String(cString: $0) } }
    }
}
