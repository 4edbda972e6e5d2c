#!/usr/bin/env node
/** The command line. */
import { callProgram } from './program.ts';

process.exitCode = await callProgram(process.argv.slice(2));
